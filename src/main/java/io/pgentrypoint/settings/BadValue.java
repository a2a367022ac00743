package io.pgentrypoint.settings;

/// A text that is not a value of its variable: the rule it breaks and the way out.
final class BadValue extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    BadValue(String rule, String remedy) {
        super(rule);
        this.remedy = remedy;
    }

    String rule() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
