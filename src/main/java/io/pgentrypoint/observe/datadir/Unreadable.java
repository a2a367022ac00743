package io.pgentrypoint.observe.datadir;

/// A file is there and is not what it must be. It becomes a verdict, not a failure of ours.
public final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
        super(why);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
