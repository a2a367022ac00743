package io.pgentrypoint;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every sentence that this program may say, in one file, so that an editor can read all of them in
/// a row: refusals with their remedies, problems of the environment, warnings, reasons of steps,
/// and lines of the log. What is put into a sentence when it is said stands in braces.
class MessagesTest {

    private static final Path SOURCES = Path.of("src/main/java/io/pgentrypoint");

    /// Classes whose arguments are read by people.
    private static final Set<String> SAID =
            Set.of("Refusal", "BadValue", "Unreadable", "Planned", "PlannedLive", "Case");

    /// Methods whose arguments are.
    private static final Set<String> SAYING =
            Set.of(
                    "info",
                    "warn",
                    "error",
                    "warning",
                    "add",
                    "unsafe",
                    "refusal",
                    "report",
                    "only",
                    "replan",
                    "half",
                    "impossible",
                    "require",
                    "unusable");

    /// Classes all of whose calls are read by people, and so are the values that they are given.
    private static final String REFUSALS = "Refusals";

    private static final Pattern PLACE = Pattern.compile("%(?:(\\d+)\\$)?[,.\\d]*[sdfx]");
    private static final int WORDS = 3;

    @Test
    void every_message_is_in_one_file() throws IOException {
        List<String> lines = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources()));
            for (CompilationUnitTree unit : task.parse()) {
                List<String> said = new ArrayList<>();
                boolean refusals = unit.getSourceFile().getName().endsWith(REFUSALS + ".java");
                new Sentences(said, refusals).scan(unit, null);
                if (!said.isEmpty()) {
                    lines.add("");
                    lines.add(
                            SOURCES.relativize(Path.of(unit.getSourceFile().getName()))
                                    .toString()
                                    .replace(".java", ""));
                    said.forEach(one -> lines.add("  " + one));
                }
            }
        }
        Golden.matches("messages.txt", String.join("\n", lines).strip() + "\n");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> walk = Files.walk(SOURCES)) {
            return walk.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static final class Sentences extends TreeScanner<Void, Void> {

        private final List<String> said;
        private final boolean refusals;

        Sentences(List<String> said, boolean refusals) {
            this.said = said;
            this.refusals = refusals;
        }

        @Override
        public Void visitNewClass(NewClassTree made, Void nothing) {
            if (SAID.contains(last(made.getIdentifier()))) {
                made.getArguments().forEach(this::say);
            }
            return super.visitNewClass(made, null);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
            if (isSaying(call.getMethodSelect())) {
                call.getArguments().forEach(this::say);
            }
            return super.visitMethodInvocation(call, null);
        }

        private boolean isSaying(Tree method) {
            String name = last(method);
            return SAYING.contains(name)
                    || (refusals && !name.equals("formatted"))
                    || method.toString().endsWith(REFUSALS + "." + name);
        }

        @Override
        public Void visitReturn(ReturnTree end, Void nothing) {
            if (end.getExpression() != null) {
                say(end.getExpression());
            }
            return super.visitReturn(end, null);
        }

        @Override
        public Void visitCase(CaseTree one, Void nothing) {
            if (one.getBody() instanceof ExpressionTree text) {
                say(text);
            }
            return super.visitCase(one, null);
        }

        private static String last(Tree name) {
            String text = name.toString();
            return text.substring(text.lastIndexOf('.') + 1);
        }

        private void say(ExpressionTree argument) {
            if (!isText(argument)) {
                return;
            }
            for (String text : texts(argument)) {
                String line = text.replace("\n", " / ").strip();
                if (line.split(" ").length >= WORDS && !said.contains(line)) {
                    said.add(line);
                }
            }
        }

        /// What begins as a text: another call's arguments are its own.
        private static boolean isText(ExpressionTree expression) {
            return switch (expression) {
                case LiteralTree literal -> literal.getValue() instanceof String;
                case ParenthesizedTree inner -> isText(inner.getExpression());
                case BinaryTree sum ->
                        isText(sum.getLeftOperand()) || isText(sum.getRightOperand());
                case ConditionalExpressionTree choice ->
                        isText(choice.getTrueExpression()) || isText(choice.getFalseExpression());
                case MethodInvocationTree call ->
                        call.getMethodSelect() instanceof MemberSelectTree select
                                && select.getIdentifier().contentEquals("formatted")
                                && isText(select.getExpression());
                default -> false;
            };
        }

        private static List<String> texts(ExpressionTree expression) {
            return switch (expression) {
                case LiteralTree literal -> List.of(String.valueOf(literal.getValue()));
                case ParenthesizedTree inner -> texts(inner.getExpression());
                case BinaryTree sum -> {
                    List<String> all = new ArrayList<>();
                    for (String left : texts(sum.getLeftOperand())) {
                        for (String right : texts(sum.getRightOperand())) {
                            all.add(left + right);
                        }
                    }
                    yield all;
                }
                case ConditionalExpressionTree choice -> {
                    List<String> all = new ArrayList<>(texts(choice.getTrueExpression()));
                    all.addAll(texts(choice.getFalseExpression()));
                    yield all;
                }
                case MethodInvocationTree call when isText(call) -> formatted(call);
                default -> List.of("{" + source(expression) + "}");
            };
        }

        private static List<String> formatted(MethodInvocationTree call) {
            ExpressionTree format = ((MemberSelectTree) call.getMethodSelect()).getExpression();
            return texts(format).stream().map(text -> fill(text, call.getArguments())).toList();
        }

        private static String fill(String format, List<? extends ExpressionTree> arguments) {
            Matcher place = PLACE.matcher(format);
            StringBuilder text = new StringBuilder();
            int next = 0;
            while (place.find()) {
                int index = place.group(1) == null ? next++ : Integer.parseInt(place.group(1)) - 1;
                String value = index < arguments.size() ? value(arguments.get(index)) : "{?}";
                place.appendReplacement(text, Matcher.quoteReplacement(value));
            }
            return place.appendTail(text).toString().replace("%%", "%");
        }

        private static String value(ExpressionTree argument) {
            return isText(argument)
                    ? String.join("|", texts(argument))
                    : "{" + source(argument) + "}";
        }

        /// Short: the last name of a chain of calls says the most.
        private static String source(ExpressionTree expression) {
            String text = expression.toString().replaceAll("\\s+", " ");
            Matcher names = Pattern.compile("([A-Za-z_]\\w*)(?:\\(\\))?$").matcher(text);
            return names.find() ? names.group(1) : text.length() > 40 ? "…" : text;
        }
    }
}
