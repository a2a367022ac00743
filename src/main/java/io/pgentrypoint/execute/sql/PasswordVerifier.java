package io.pgentrypoint.execute.sql;

import io.pgentrypoint.report.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;

/// What a server stores instead of a password, computed here: a password in a statement can end in
/// a log, whatever the settings say.
public final class PasswordVerifier {

    // RFC 5803, as PostgreSQL stores it: SCRAM-SHA-256$iterations:salt$stored key:server key. With
    // more iterations than these a start would compute for seconds.
    private static final Pattern SCRAM =
            Pattern.compile("SCRAM-SHA-256\\$(\\d{1,6}):([A-Za-z0-9+/=]+)\\$[A-Za-z0-9+/=:]+");

    private PasswordVerifier() {}

    public static String scram(Secret password) {
        return PasswordUtil.encodeScramSha256(password.reveal().toCharArray());
    }

    /// pg_md5_encrypt: the role's name is the salt.
    static String md5(String role, Secret password) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("MD5")
                            .digest((password.reveal() + role).getBytes(StandardCharsets.UTF_8));
            return "md5" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /// Computed again with the stored salt.
    static boolean isScramOf(@Nullable String stored, Secret password) {
        Matcher match = SCRAM.matcher(stored == null ? "" : stored);
        if (!match.matches()) {
            return false;
        }
        try {
            return same(
                    PasswordUtil.encodeScramSha256(
                            password.reveal().toCharArray(),
                            Integer.parseInt(match.group(1)),
                            Base64.getDecoder().decode(match.group(2))),
                    match.group());
        } catch (IllegalArgumentException e) {
            // A salt that is no Base64, or no iterations: nobody can log in with it.
            return false;
        }
    }

    static boolean isOf(@Nullable String stored, String role, Secret password) {
        return isScramOf(stored, password) || (stored != null && same(md5(role, password), stored));
    }

    private static boolean same(String computed, String stored) {
        return MessageDigest.isEqual(
                computed.getBytes(StandardCharsets.US_ASCII),
                stored.getBytes(StandardCharsets.US_ASCII));
    }
}
