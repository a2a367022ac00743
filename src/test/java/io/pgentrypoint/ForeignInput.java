package io.pgentrypoint;

import java.util.List;

/// A parser of what others write, with texts that it takes.
///
/// @param samples at least one; mutations start from them
/// @param refusals what it throws for a text that it does not take
/// @param library whether most of the work is another's, whose time and memory are not ours to
///   limit
public record ForeignInput(
        String name,
        List<String> samples,
        Parser parser,
        List<Class<? extends Throwable>> refusals,
        boolean library) {

    /// Takes the text, or throws one of the refusals. It must use what it has read.
    @FunctionalInterface
    public interface Parser {
        void parse(String text) throws Exception;
    }

    public ForeignInput {
        samples = List.copyOf(samples);
        refusals = List.copyOf(refusals);
    }

    /// A parser that takes any text, or whose answer says that it did not.
    public static ForeignInput of(String name, Parser parser, String... samples) {
        return new ForeignInput(name, List.of(samples), parser, List.of(), false);
    }

    public ForeignInput refusing(Class<? extends Throwable> refusal) {
        return new ForeignInput(name, samples, parser, List.of(refusal), library);
    }

    public ForeignInput byLibrary() {
        return new ForeignInput(name, samples, parser, refusals, true);
    }

    boolean refuses(Throwable thrown) {
        return refusals.stream().anyMatch(type -> type.isInstance(thrown));
    }
}
