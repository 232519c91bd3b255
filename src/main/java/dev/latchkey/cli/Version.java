package dev.latchkey.cli;

/** Name and version, from the manifest of the jar. */
final class Version {
    private Version() {}

    /** Such as {@code Latchkey 1.2.3}; without a number if the classes are not in a jar. */
    static String nameAndVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "Latchkey" : "Latchkey " + version;
    }
}
