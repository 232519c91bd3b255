package dev.latchkey.contract;

import java.util.function.UnaryOperator;

/** One edit of the contract, what it was made to, and which words a complaint about it has to have. */
record Change(String name, String complaint, UnaryOperator<Document> before, UnaryOperator<Document> edit) {
    static Change breaking(String name, String complaint, UnaryOperator<Document> edit) {
        return new Change(name, complaint, UnaryOperator.identity(), edit);
    }

    static Change harmless(String name, UnaryOperator<Document> edit) {
        return new Change(name, "", UnaryOperator.identity(), edit);
    }

    /** The same, where the released contract has first to be given what is then changed. */
    Change after(UnaryOperator<Document> before) {
        return new Change(name, complaint, before, edit);
    }

    @Override
    public String toString() {
        return name;
    }
}
