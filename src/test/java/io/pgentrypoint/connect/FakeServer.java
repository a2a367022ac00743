package io.pgentrypoint.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Somebody at the address of a primary who does not know the password: it asks for it, or goes on
/// without it, and then says of itself what it is given.
public final class FakeServer implements AutoCloseable {

    /// How it lets a client in.
    public enum Login {
        CLEAR_TEXT,
        MD5,
        AT_ONCE,
        /// Plays SCRAM to its end, with a signature that only looks like one.
        SCRAM_WITHOUT_PROOF,
        /// Stops in the middle of SCRAM and says that all is well.
        SCRAM_CUT_SHORT,
        /// Ends SCRAM before it began.
        SCRAM_BACKWARDS
    }

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final ServerSocket listener = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final Login login;
    private final Map<String, String> answers;

    /// @param answers by command: the columns of the one row, with `|`
    public FakeServer(Login login, Map<String, String> answers) throws IOException {
        this.login = login;
        this.answers = Map.copyOf(answers);
        Thread.ofPlatform().daemon().name("fake").start(this::serve);
    }

    /// A primary that was promoted twice since timeline 1.
    public static Map<String, String> primaryOnTimelineThree(String systemIdentifier) {
        return Map.of(
                "IDENTIFY_SYSTEM",
                systemIdentifier + "|3|0/FF000000|",
                "TIMELINE_HISTORY 3",
                "00000003.history|1\t0/F0000000\tx\n2\t0/F1000000\tx\n",
                "SHOW server_version_num",
                "150018",
                "SHOW in_hot_standby",
                "off",
                "SHOW wal_level",
                "replica");
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Every message of a client after its first, as text: the type, and what it holds.
    public String received() {
        return String.join("\n", received);
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.setSoTimeout(20_000);
                talk(new DataInputStream(client.getInputStream()), client.getOutputStream());
            } catch (IOException | RuntimeException e) {
                // The client has gone, which is what it should do.
            }
        }
    }

    private void talk(DataInputStream in, OutputStream out) throws IOException {
        int request = startup(in);
        while (request == SSL_REQUEST || request == GSS_REQUEST) {
            out.write('N');
            request = startup(in);
        }
        switch (login) {
            case CLEAR_TEXT -> {
                authentication(out, 3, "");
                read(in);
            }
            case MD5 -> {
                authentication(out, 5, "salt");
                read(in);
            }
            case AT_ONCE -> {}
            case SCRAM_WITHOUT_PROOF -> {
                scram(in, out);
                byte[] signature = new byte[32];
                authentication(out, 12, "v=" + Base64.getEncoder().encodeToString(signature));
            }
            case SCRAM_CUT_SHORT -> scram(in, out);
            case SCRAM_BACKWARDS -> authentication(out, 12, "v=AAAA");
        }
        authentication(out, 0, "");
        for (var each : Map.of("server_version", "15.18", "client_encoding", "UTF8").entrySet()) {
            send(out, 'S', (each.getKey() + "\0" + each.getValue() + "\0").getBytes(UTF_8));
        }
        ready(out);
        while (true) {
            answer(read(in), out);
        }
    }

    private void scram(DataInputStream in, OutputStream out) throws IOException {
        authentication(out, 10, "SCRAM-SHA-256\0\0");
        String first = read(in);
        String nonce = first.substring(first.indexOf(",r=") + 3);
        String salt = Base64.getEncoder().encodeToString(new byte[16]);
        authentication(out, 11, "r=" + nonce + "more,s=" + salt + ",i=4096");
        read(in);
    }

    private void answer(String message, OutputStream out) throws IOException {
        String command = message.substring(1).replace("\0", "").strip();
        String row = answers.get(command);
        if (row == null && command.startsWith("SHOW ")) {
            row = "8";
        }
        if (row != null) {
            String[] columns = row.split("\\|", -1);
            send(out, 'T', names(command, columns.length));
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            data.write(ByteBuffer.allocate(2).putShort((short) columns.length).array());
            for (String column : columns) {
                data.write(ByteBuffer.allocate(4).putInt(column.length()).array());
                data.write(column.getBytes(UTF_8));
            }
            send(out, 'D', data.toByteArray());
        }
        send(out, 'C', "OK\0".getBytes(UTF_8));
        ready(out);
    }

    private static byte[] names(String command, int count) throws IOException {
        String[] names =
                switch (command.split(" ", 2)[0]) {
                    case "IDENTIFY_SYSTEM" ->
                            new String[] {"systemid", "timeline", "xlogpos", "dbname"};
                    case "TIMELINE_HISTORY" -> new String[] {"filename", "content"};
                    default ->
                            new String[] {
                                command.substring(command.indexOf(' ') + 1).replace("\"", "")
                            };
                };
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write(ByteBuffer.allocate(2).putShort((short) count).array());
        for (int i = 0; i < count; i++) {
            fields.write((names[i] + "\0").getBytes(UTF_8));
            // No table, type text, of any length, as text.
            fields.write(
                    ByteBuffer.allocate(18)
                            .putInt(0)
                            .putShort((short) 0)
                            .putInt(25)
                            .putShort((short) -1)
                            .putInt(-1)
                            .putShort((short) 0)
                            .array());
        }
        return fields.toByteArray();
    }

    private static int startup(DataInputStream in) throws IOException {
        byte[] packet = new byte[in.readInt() - 4];
        in.readFully(packet);
        return ByteBuffer.wrap(packet).getInt();
    }

    private String read(DataInputStream in) throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        String message = type + new String(body, ISO_8859_1);
        received.add(message);
        return message;
    }

    private static void authentication(OutputStream out, int code, String more) throws IOException {
        byte[] text = more.getBytes(ISO_8859_1);
        send(out, 'R', ByteBuffer.allocate(4 + text.length).putInt(code).put(text).array());
    }

    private static void ready(OutputStream out) throws IOException {
        send(out, 'Z', new byte[] {'I'});
        out.flush();
    }

    private static void send(OutputStream out, char type, byte[] body) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(5 + body.length);
        out.write(message.put((byte) type).putInt(4 + body.length).put(body).array());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
