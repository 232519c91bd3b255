package dev.latchkey.data;

import dev.latchkey.benchmark.BareJdbc;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A thread's own connection. */
@State(Scope.Thread)
public class BareConnection {
    private BareJdbc bare;

    @Setup(Level.Trial)
    public void open(MeasuredStore store) throws SQLException {
        bare = store.connect();
    }

    @TearDown(Level.Trial)
    public void close() throws SQLException {
        bare.close();
    }

    BareJdbc jdbc() {
        return bare;
    }
}
