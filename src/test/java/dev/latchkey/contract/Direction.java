package dev.latchkey.contract;

/** Who writes a value: a request may only be asked for less, a response may only promise more. */
enum Direction {
    REQUEST("in requests"),
    RESPONSE("in answers");

    private final String words;

    Direction(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
