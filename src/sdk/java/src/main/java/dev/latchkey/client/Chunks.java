package dev.latchkey.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The body of a response while it arrives. It is asked for piece by piece, so that TCP holds the server back if the caller is slow. */
final class Chunks implements BodySubscriber<Chunks> {
    private final CompletableFuture<Chunks> begun = new CompletableFuture<>();

    /** One piece at most, and ends. */
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

    /** Set before anybody else knows of this object. */
    private volatile Flow.Subscription subscription;

    private boolean isAskedFor;

    /** What arrived, or why nothing more does; with neither, it is the regular end. */
    private record Piece(List<ByteBuffer> bytes, Throwable failure) {}

    /**
     * Waits for the next piece.
     *
     * @return empty at the end
     * @throws HttpTimeoutException if nothing comes in time
     * @throws IOException if the connection broke
     */
    List<ByteBuffer> next(Duration limit) throws IOException, InterruptedException {
        if (!isAskedFor) {
            isAskedFor = true;
            subscription.request(1);
        }
        Piece piece = pieces.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (piece == null) {
            throw new HttpTimeoutException("nothing came for " + Transport.seconds(limit) + " seconds");
        }
        if (piece.failure() != null) {
            throw new IOException(piece.failure());
        }
        isAskedFor = false;
        return piece.bytes();
    }

    /** Ends the request at once; any thread may. */
    void close() {
        subscription.cancel();
        onComplete();
    }

    @Override
    public CompletionStage<Chunks> getBody() {
        return begun;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        begun.complete(this);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        pieces.add(new Piece(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        begun.completeExceptionally(failure);
        pieces.add(new Piece(List.of(), failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(List.of(), null));
    }
}
