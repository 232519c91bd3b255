package dev.latchkey.server.http;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One operation among the metrics of Dropwizard: how long its requests took, and how many had a status of which class. It has the names
 * that {@code @Timed} and {@code @ResponseMetered} would give it, but counts once, when a request is over. Whoever watches for those
 * annotations has JAX-RS make an event of each step of each request, which took a twentieth of a read or more.
 *
 * @param responses by the first digit of the status, less one
 */
record OperationMetrics(Timer durations, List<Meter> responses) {

    static OperationMetrics in(MetricRegistry registry, String name) {
        return new OperationMetrics(
                registry.timer(name),
                IntStream.rangeClosed(1, 5)
                        .mapToObj(digit -> registry.meter(name + '.' + digit + "xx-responses"))
                        .toList());
    }

    void add(long nanos, int status) {
        durations.update(nanos, TimeUnit.NANOSECONDS);
        if (status >= 100 && status < 600) {
            responses.get(status / 100 - 1).mark();
        }
    }
}
