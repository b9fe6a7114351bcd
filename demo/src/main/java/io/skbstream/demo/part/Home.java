package io.skbstream.demo.part;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The clone that holds the runnable jars.
 *
 * @param folder its root
 */
public record Home(Path folder) {

    /** The clone that this code was built in: two folders above its jar, or above the folder of its classes. */
    public static Home ofThisJar() {
        try {
            Path jar = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Home(jar.getParent().getParent().getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this jar is not a path: " + e.getMessage(), e);
        }
    }

    /**
     * The path of a module's runnable jar.
     *
     * @throws PartException if it is not there
     */
    String jar(String module, String name) {
        Path jar = folder.resolve(module).resolve("target").resolve(name);
        if (!Files.isReadable(jar)) {
            throw new PartException("there is no " + jar + "; build it with ./skbstream build, or name another clone");
        }
        return jar.toString();
    }
}
