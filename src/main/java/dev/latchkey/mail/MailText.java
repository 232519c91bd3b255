package dev.latchkey.mail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What mails of one kind say in one language: the source of subject, text and HTML.
 *
 * <p>The first line is {@code Subject: ...}. What follows is Markdown (CommonMark), of which there are paragraphs, lists, emphasis, links
 * and rules: no HTML, no pictures.
 *
 * @param file where it is from, for messages
 * @param bodyLine on which line of the file the body begins, from 1
 */
record MailText(MailKind kind, String language, String file, String subject, String body, int bodyLine) {
    static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}\\s]*)}");

    private static final String SUBJECT = "Subject:";
    private static final int MAX_SUBJECT = 200;

    /** Reads a source. What is wrong with it is added to {@code problems}, and then what is returned is of no use. */
    static MailText parse(MailKind kind, String language, String file, String source, List<TextProblem> problems) {
        String text = (source.startsWith("\uFEFF") ? source.substring(1) : source).replaceAll("\\R", "\n");
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        String body = end < 0 ? "" : text.substring(end + 1);
        String subject =
                first.startsWith(SUBJECT) ? first.substring(SUBJECT.length()).strip() : "";
        if (subject.isEmpty()) {
            problems.add(new TextProblem(file, 1, "write the subject in the first line: Subject: ..."));
        }
        if (subject.length() > MAX_SUBJECT || Values.isUnfit(subject)) {
            problems.add(new TextProblem(
                    file,
                    1,
                    "the subject must be at most " + MAX_SUBJECT + " characters long, without control characters"));
        }
        Matcher named = PLACEHOLDER.matcher(subject);
        while (named.find()) {
            if (!named.group(1).equals(Placeholder.APP.text())) {
                problems.add(new TextProblem(file, 1, "the subject may name {app} and nothing else: " + named.group()));
            }
        }
        MailText parsed = new MailText(kind, language, file, subject, body, 2);
        problems.addAll(new MailTextCheck(parsed).problems());
        return parsed;
    }
}
