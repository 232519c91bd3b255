package dev.latchkey.testing;

/**
 * How much the slow proofs try: by default as little as still shows that they hold, so that all tests together stay quick;
 * {@code -Dlatchkey.proof=full} for as much as finds what is rare.
 */
public final class ProofSize {
    private static final boolean IS_FULL =
            switch (System.getProperty("latchkey.proof", "smoke")) {
                case "smoke" -> false;
                case "full" -> true;
                default -> throw new IllegalArgumentException("-Dlatchkey.proof is smoke or full");
            };

    private ProofSize() {}

    public static int of(int smoke, int full) {
        return IS_FULL ? full : smoke;
    }
}
