package io.pgentrypoint.report;

/// A text that is not a value of its variable: the rule it breaks and the way out.
public final class BadValue extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    public BadValue(String rule, String remedy) {
        super(rule);
        this.remedy = remedy;
    }

    public String rule() {
        return String.valueOf(getMessage());
    }

    public String remedy() {
        return remedy;
    }
}
