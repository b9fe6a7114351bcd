package io.skbstream.clients;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes the value of an option as a path; says what to do where the JVM cannot, since the locale has not all its letters. */
public final class PathConverter implements ITypeConverter<Path> {

    @Override
    public Path convert(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException refused) {
            throw new TypeConversionException("'" + text + "' is no path in this locale, whose charset is "
                    + System.getProperty("sun.jnu.encoding") + "; start with LC_ALL=C.UTF-8");
        }
    }
}
