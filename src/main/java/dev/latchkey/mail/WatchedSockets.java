package dev.latchkey.mail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes the sockets of one connection, and can close the newest of them from another thread. A library that reads or writes holds locks
 * meanwhile, so that nothing else ends it.
 */
final class WatchedSockets extends SocketFactory {
    private volatile Socket newest;
    private volatile boolean aborted;

    /** Permits new sockets again after {@link #abort}. */
    void reset() {
        aborted = false;
    }

    /** Closes the newest socket, and those that are made until {@link #reset}. */
    void abort() {
        aborted = true;
        close(newest);
    }

    /** Closes the newest socket alone: another may be made. */
    void drop() {
        close(newest);
    }

    boolean isAborted() {
        return aborted;
    }

    private Socket watch(Socket socket) {
        newest = socket;
        // It may have been aborted just before.
        if (aborted) {
            close(socket);
        }
        return socket;
    }

    private static void close(Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more, closed or not.
            }
        }
    }

    @Override
    public Socket createSocket() {
        return watch(new Socket());
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }

    /** The same for TLS, on sockets that are connected already. */
    SSLSocketFactory tls(SSLSocketFactory tls) {
        return new Tls(tls);
    }

    private final class Tls extends SSLSocketFactory {
        private final SSLSocketFactory tls;

        Tls(SSLSocketFactory tls) {
            this.tls = tls;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            // The one below: to close that of TLS could wait for the other side.
            watch(socket);
            return tls.createSocket(socket, host, port, autoClose);
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
