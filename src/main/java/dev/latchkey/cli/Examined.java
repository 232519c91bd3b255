package dev.latchkey.cli;

import java.util.List;

/**
 * A configuration, and what there is to say about it.
 *
 * @param configuration what is left of it without the settings that are wrong; null if that is nothing
 */
record Examined<T>(T configuration, List<Finding> findings) {

    /** Whether nothing is wrong with the setting, with what is in it and with what it is in. */
    boolean isGood(String setting) {
        return findings.stream()
                .filter(finding -> finding.weight() == Finding.Weight.WRONG)
                .noneMatch(finding -> isIn(finding.setting(), setting) || isIn(setting, finding.setting()));
    }

    private static boolean isIn(String inner, String outer) {
        return inner.equals(outer) || inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
    }

    boolean has(Finding.Weight weight) {
        return findings.stream().anyMatch(finding -> finding.weight() == weight);
    }
}
