package dev.latchkey.cli;

import io.dropwizard.configuration.ConfigurationException;
import java.util.List;

/** The configuration cannot be used. */
final class WrongConfiguration extends ConfigurationException {
    private static final long serialVersionUID = 1;

    private final transient List<Finding> findings;

    WrongConfiguration(String file, List<Finding> findings) {
        super(file, findings.stream().map(Finding::text).toList());
        this.findings = Finding.sorted(findings);
    }

    /** All of them, in the order of the file. */
    List<Finding> findings() {
        return findings;
    }
}
