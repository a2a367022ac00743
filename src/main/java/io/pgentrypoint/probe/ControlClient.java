package io.pgentrypoint.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives PID 1 an order and waits until it is carried out.
public final class ControlClient {

    private ControlClient() {}

    /// Whether there is somebody to obey.
    public static boolean answers(int port) throws IOException {
        try (SocketChannel channel = StatusClient.connect(port)) {
            return channel.isConnected();
        } catch (StatusClient.NobodyListens _) {
            return false;
        }
    }

    /// @param words the order's name and what belongs to it, none with a blank in it
    /// @return its exit code
    /// @throws IOException when nobody answers, or not to the end
    public static int give(int port, List<String> words, Consumer<String> eachLine)
            throws IOException {
        String order = String.join(" ", words);
        try (SocketChannel channel = StatusClient.connect(port)) {
            return answered(channel, order, eachLine);
        }
    }

    /// Once the way is open, each failure of it is a hang-up. The first to notice may be the write.
    private static int answered(SocketChannel channel, String order, Consumer<String> eachLine)
            throws IOException {
        try (BufferedReader answer =
                new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            int _ = channel.write(ByteBuffer.wrap((order + "\n").getBytes(StandardCharsets.UTF_8)));
            String line = answer.readLine();
            while (line != null) {
                if (line.startsWith("exit ")) {
                    return Integer.parseInt(line.substring("exit ".length()));
                }
                eachLine.accept(line.replaceFirst("^say ", ""));
                line = answer.readLine();
            }
        } catch (NumberFormatException e) {
            throw new IOException("something else than an entrypoint answers", e);
        } catch (IOException e) {
            throw hungUp(e);
        }
        throw hungUp(null);
    }

    private static IOException hungUp(@Nullable Exception cause) {
        return new IOException(
                """
                the entrypoint hung up before it was done (it obeys its own user and root, nobody \
                else); entrypoint status shows what this node is now\
                """,
                cause);
    }
}
