package io.skbstream.producer.telemetry;

import io.skbstream.clients.SafeText;
import java.nio.charset.StandardCharsets;

/** An answer to a GET; immutable. */
record Page(int code, String type, String text) {

    static Page text(int code, String text) {
        return new Page(code, "text/plain; charset=utf-8", SafeText.message(text) + '\n');
    }

    static Page json(int code, String json) {
        return new Page(code, "application/json", SafeText.json(json) + '\n');
    }

    byte[] body() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
