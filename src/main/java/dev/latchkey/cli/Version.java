package dev.latchkey.cli;

/** What this is, as the manifest of the jar says it. */
final class Version {
    private Version() {}

    /** Such as {@code Latchkey 1.2.3}, or without a number where it runs from classes that are in no jar. */
    static String nameAndVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "Latchkey" : "Latchkey " + version;
    }
}
