package io.pgentrypoint.settings.mode;

import io.pgentrypoint.report.Secret;

/// A role and its password.
public record Credentials(String user, Secret password) {}
