package io.pgentrypoint.report;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// Takes the secrets out of what other programs say, before it is quoted. A secret is found in each
/// of the usual spellings, also mixed: as it is, with doubled quotes (SQL, YAML, CSV), behind
/// backslashes (SQL, connection strings, JSON, YAML, Python, C), in per cent signs (URIs) and in
/// the quotes of a shell.
public final class Masks {

    private static final String MASK = "****";

    /// Fewer characters are part of too many words, and no secret either.
    static final int SHORTEST = 4;

    /// Backslashes in front of one character: three layers of quoting make eight.
    private static final int BACKSLASHES = 8;

    private static final int DOUBLED = 4;

    private static final Pattern VERIFIER =
            Pattern.compile("(SCRAM-SHA-256\\$)\\d+:[A-Za-z0-9+/=$:]+");

    private static final List<Word> KNOWN = new CopyOnWriteArrayList<>();

    private Masks() {}

    /// @param whole it counts as a word of its own only: `test` is no part of `latest`
    private record Word(List<Integer> characters, boolean whole, char first) {

        static Word of(String text) {
            return new Word(
                    text.codePoints().boxed().toList(),
                    text.matches("[a-z]{4,12}|[0-9]{4,8}"),
                    text.charAt(0));
        }

        boolean mayBegin(char c) {
            return c == first || "\\%+'".indexOf(c) >= 0;
        }
    }

    /// From now on these are masked, besides those of before.
    ///
    /// @param names what messages have to say, even if it is a password too
    public static void add(Collection<Secret> secrets, Collection<String> names) {
        Set<String> chosen = new HashSet<>();
        for (Secret secret : secrets) {
            String text = secret.reveal();
            if (text.codePointCount(0, text.length()) >= SHORTEST && !names.contains(text)) {
                chosen.add(text);
            }
        }
        for (Word word : chosen.stream().map(Word::of).toList()) {
            if (!KNOWN.contains(word)) {
                KNOWN.add(word);
            }
        }
    }

    /// Nothing is masked any more.
    static void clear() {
        KNOWN.clear();
    }

    public static String apply(String given) {
        String text = VERIFIER.matcher(given).replaceAll("$1" + MASK);
        if (KNOWN.isEmpty() || text.isEmpty()) {
            return text;
        }
        StringBuilder masked = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            for (Word word : KNOWN) {
                end = Math.max(end, end(word, text, at));
            }
            if (end > at) {
                masked.append(MASK);
                at = end;
            } else {
                masked.append(text.charAt(at++));
            }
        }
        return masked.toString();
    }

    /// Where a spelling that begins here ends; -1 when none does.
    private static int end(Word word, String text, int at) {
        if (word.whole() && at > 0 && isOfWord(text.charAt(at - 1))) {
            return -1;
        }
        if (!word.mayBegin(text.charAt(at))) {
            return -1;
        }
        SortedSet<Integer> places = new TreeSet<>(List.of(at));
        for (int character : word.characters()) {
            SortedSet<Integer> next = new TreeSet<>();
            places.forEach(place -> Spelling.ends(character, text, place, next));
            if (character == '\'' || character == '"') {
                // Doubled first, then each of the two spelled.
                List.copyOf(next).forEach(end -> Spelling.ends(character, text, end, next));
            }
            if (next.isEmpty()) {
                return -1;
            }
            places = next;
        }
        int end = places.last();
        return word.whole() && end < text.length() && isOfWord(text.charAt(end)) ? -1 : end;
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    /// One character in a text.
    private static final class Spelling {

        private static final List<String> SHELL = List.of("'\\''", "'\"'\"'");

        /// The letter behind a backslash, and what it stands for (C, JSON, YAML, Python).
        private static final String LETTERS = "ntrbfave_NLP";

        private static final String MEANINGS =
                "\n\t\r\b\f\u0007\u000b\u001b\u00a0\u0085\u2028\u2029";

        /// Adds each place behind a spelling of the character that begins at this one.
        static void ends(int character, String text, int at, Set<Integer> ends) {
            String itself = Character.toString(character);
            literally(character, itself, text, at, ends);
            if (character == '\'') {
                SHELL.forEach(quote -> add(text, at, quote, ends));
            }
            if (character == ' ') {
                add(text, at, "+", ends);
            }
            byte[] bytes = itself.getBytes(StandardCharsets.UTF_8);
            bytes(text, at, "%", 16, 2, bytes, ends);
            int behind = at;
            while (behind < text.length()
                    && behind - at < BACKSLASHES
                    && text.charAt(behind) == '\\') {
                behind++;
                if (character == '\\') {
                    ends.add(behind);
                }
                literally(character, itself, text, behind, ends);
                escape(character, itself, bytes, text, behind, ends);
            }
        }

        /// A quote doubled, and doubled again.
        private static void literally(
                int character, String itself, String text, int at, Set<Integer> ends) {
            add(text, at, itself, ends);
            if (character == '\'' || character == '"') {
                for (int end = at; end - at < DOUBLED && end < text.length(); end++) {
                    if (text.charAt(end) != character) {
                        return;
                    }
                    ends.add(end + 1);
                }
            }
        }

        private static void escape(
                int character,
                String itself,
                byte[] bytes,
                String text,
                int at,
                Set<Integer> ends) {
            int letter = MEANINGS.indexOf(character);
            if (letter >= 0) {
                add(text, at, LETTERS.substring(letter, letter + 1), ends);
            }
            if (itself.length() == 1) {
                number(text, at, "u", 4, character, ends);
                number(text, at, "", 4, character, ends);
            } else {
                String high =
                        String.format(
                                "u%04x\\u%04x", (int) itself.charAt(0), (int) itself.charAt(1));
                add(text, at, high, ends);
            }
            number(text, at, "U", 8, character, ends);
            number(text, at, "+", 6, character, ends);
            if (character < 256) {
                number(text, at, "x", 2, character, ends);
            }
            // What follows the first byte has a backslash of its own.
            bytes(text, at - 1, "\\x", 16, 2, bytes, ends);
            bytes(text, at - 1, "\\", 8, 3, bytes, ends);
        }

        private static void number(
                String text, int at, String sign, int digits, int character, Set<Integer> ends) {
            String number = Integer.toHexString(character);
            if (number.length() <= digits) {
                add(text, at, sign + "0".repeat(digits - number.length()) + number, ends);
            }
        }

        private static void bytes(
                String text,
                int at,
                String sign,
                int radix,
                int digits,
                byte[] bytes,
                Set<Integer> ends) {
            StringBuilder spelled = new StringBuilder();
            for (byte each : bytes) {
                String number = Integer.toString(Byte.toUnsignedInt(each), radix);
                spelled.append(sign).append("0".repeat(digits - number.length())).append(number);
            }
            add(text, at, spelled.toString(), ends);
        }

        /// Digits and the signs before them may be in capital letters; a character may not.
        private static void add(String text, int at, String spelled, Set<Integer> ends) {
            boolean number = spelled.length() > 2 && !SHELL.contains(spelled);
            if (text.regionMatches(number, at, spelled, 0, spelled.length())) {
                ends.add(at + spelled.length());
            }
        }
    }
}
