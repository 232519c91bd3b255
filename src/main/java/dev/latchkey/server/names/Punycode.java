package dev.latchkey.server.names;

/** Encodes a label of a domain in ASCII (RFC 3492); the names of variables are those of its section 6.3. */
final class Punycode {
    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int INITIAL_BIAS = 72;
    private static final int INITIAL_N = 0x80;

    private Punycode() {}

    /** Without the prefix {@code xn--}. */
    static String encode(String label) {
        int[] codePoints = label.codePoints().toArray();
        StringBuilder output = new StringBuilder();
        label.codePoints().filter(codePoint -> codePoint < INITIAL_N).forEach(output::appendCodePoint);
        int basic = output.length();
        if (basic > 0) {
            output.append('-');
        }
        int bias = INITIAL_BIAS;
        int delta = 0;
        int handled = basic;
        for (int n = INITIAL_N; handled < codePoints.length; n++) {
            int next = Integer.MAX_VALUE;
            for (int codePoint : codePoints) {
                if (codePoint >= n && codePoint < next) {
                    next = codePoint;
                }
            }
            // An address has at most 254 characters, so this cannot overflow.
            delta += (next - n) * (handled + 1);
            n = next;
            for (int codePoint : codePoints) {
                if (codePoint < n) {
                    delta++;
                } else if (codePoint == n) {
                    append(output, delta, bias);
                    bias = adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
        }
        return output.toString();
    }

    private static void append(StringBuilder output, int delta, int bias) {
        int q = delta;
        for (int k = BASE; ; k += BASE) {
            int t = Math.max(T_MIN, Math.min(T_MAX, k - bias));
            if (q < t) {
                output.append(letter(q));
                return;
            }
            output.append(letter(t + (q - t) % (BASE - t)));
            q = (q - t) / (BASE - t);
        }
    }

    private static char letter(int digit) {
        return (char) (digit < 26 ? 'a' + digit : '0' + digit - 26);
    }

    private static int adapt(int firstDelta, int points, boolean isFirst) {
        int delta = isFirst ? firstDelta / DAMP : firstDelta / 2;
        delta += delta / points;
        int k = 0;
        while (delta > (BASE - T_MIN) * T_MAX / 2) {
            delta /= BASE - T_MIN;
            k += BASE;
        }
        return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
    }
}
