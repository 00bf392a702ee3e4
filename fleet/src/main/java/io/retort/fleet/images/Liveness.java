package io.retort.fleet.images;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What an image checks its service with, since it holds neither shell nor curl: ends with 0 where
/// the management port says that the service lives. Staged into the image by itself, so it uses the
/// JDK alone.
final class Liveness {

    /// Milliseconds; below the time-out of the check itself.
    private static final int PATIENCE = 4000;

    private Liveness() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(System.getenv("MANAGEMENT_SERVER_PORT"));
        System.exit(lives(port) ? 0 : 1);
    }

    static boolean lives(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            socket.getOutputStream()
                    .write(
                            "GET /actuator/health/liveness HTTP/1.0\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            return new String(answer.readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException _) {
            // The status is the answer: Docker keeps no more of it.
            return false;
        }
    }
}
