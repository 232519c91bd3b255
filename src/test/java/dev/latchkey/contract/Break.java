package dev.latchkey.contract;

/** One thing that clients of the last release relied on, and what happens to them. */
record Break(String place, String change, String consequence) {
    @Override
    public String toString() {
        return place + ": " + change + ". " + consequence;
    }
}
