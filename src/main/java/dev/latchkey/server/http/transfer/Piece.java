package dev.latchkey.server.http.transfer;

import java.nio.ByteBuffer;
import java.util.Queue;

/** A part of a response that is sent at once, and whose memory is free as soon as it is. */
record Piece(boolean last, ByteBuffer content, int length) {
    private static final int MAX_LENGTH = 32 << 10;

    /** Adds {@code content} to {@code queue}, in as few pieces as there may be; one if it is empty. */
    static void add(Queue<Piece> queue, boolean last, ByteBuffer content) {
        do {
            int length = Math.min(MAX_LENGTH, content.remaining());
            ByteBuffer piece = content.slice(content.position(), length);
            content.position(content.position() + length);
            queue.add(new Piece(last && !content.hasRemaining(), piece, length));
        } while (content.hasRemaining());
    }
}
