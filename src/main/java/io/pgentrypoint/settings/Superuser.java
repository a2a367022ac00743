package io.pgentrypoint.settings;

import io.pgentrypoint.report.Secret;
import java.util.Optional;

/// The bootstrap superuser and the database made for it.
public record Superuser(String name, Optional<Secret> password, String database) {}
