package io.pgentrypoint.connect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the nodes of a cluster say to each other when one hands over to another. The standby that
/// is to take over learns the id from the name of a temporary slot, which only who has the
/// replication password can make on it. The primary that has stopped gives the secret. The id is a
/// checksum of it, so nobody else can.
public final class Succession {

    private static final int SECRET_BYTES = 16;
    private static final int ID_DIGITS = 24;
    private static final String SLOT = "pg_entrypoint_successor_";
    private static final Pattern ID = Pattern.compile(SLOT + "([0-9a-f]{" + ID_DIGITS + "})");
    private static final Pattern QUESTION =
            Pattern.compile(
                    "successor ([0-9a-f]{%d}) ([0-9A-F]{1,8}/[0-9A-F]{1,8})".formatted(ID_DIGITS));
    private static final String ALLOWED = "allowed ";

    private Succession() {}

    /// Of one switchover.
    public record Key(String secret) {

        public static Key make() {
            byte[] bytes = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(bytes);
            return new Key(HexFormat.of().formatHex(bytes));
        }

        public String id() {
            return Succession.id(secret);
        }

        /// What allows the standby to take over.
        public String answer() {
            return ALLOWED + secret;
        }
    }

    /// @param replayed how far the standby is
    public record Question(String id, String replayed) {

        public String text() {
            return "successor %s %s".formatted(id, replayed);
        }

        /// Empty where it is not such a text.
        public static Optional<Question> parse(String text) {
            Matcher match = QUESTION.matcher(text);
            return match.matches()
                    ? Optional.of(new Question(match.group(1), match.group(2)))
                    : Optional.empty();
        }
    }

    /// Whether that answer is the one of the primary which gave the order.
    public static boolean allows(String answer, String id) {
        return answer.startsWith(ALLOWED) && id(answer.substring(ALLOWED.length())).equals(id);
    }

    /// Of the temporary slot on the standby. It is there for as long as the primary's session.
    public static String slot(String id) {
        return SLOT + id;
    }

    public static Optional<String> idOf(String slot) {
        Matcher match = ID.matcher(slot);
        return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
    }

    private static String id(String secret) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
