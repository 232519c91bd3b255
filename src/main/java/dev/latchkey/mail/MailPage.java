package dev.latchkey.mail;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * {@code /mail} of the admin port: the last mails that were printed. Nothing on it runs or is loaded, whatever is in a mail: the HTML of each
 * is in a frame without rights.
 */
final class MailPage extends HttpServlet {
    static final String PATH = "/mail";

    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Mail</title>
            <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
            body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            article { border-top: 1px solid #8888; padding: 1rem 0; }
            h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
            pre { white-space: pre-wrap; overflow-wrap: anywhere; }
            iframe { width: 100%; height: 36rem; border: 1px solid #8888; }
            </style>
            </head>
            <body>
            <h1>Mail</h1>
            """;

    private static final long serialVersionUID = 1;

    private final transient RecentMails recent;

    /** {@code recent} is null if mails are sent. */
    MailPage(RecentMails recent) {
        this.recent = recent;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html;charset=utf-8");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getWriter().print(HEAD + body() + "</body>\n</html>\n");
    }

    private String body() {
        if (recent == null) {
            return "<p>Mails are sent (mail.mode smtp). With mail.mode log they are shown here instead.</p>\n";
        }
        String mails = recent.all().stream().map(MailPage::article).collect(Collectors.joining());
        return "<p>The last " + RecentMails.MAX
                + " mails, the newest first. They are printed and not sent (mail.mode log).</p>\n"
                + (mails.isEmpty() ? "<p>There has been none yet.</p>\n" : mails);
    }

    private static String article(RecentMails.Printed printed) {
        OutgoingMail mail = printed.mail();
        return "<article>\n<h2>" + Html.escaped(mail.subject()) + "</h2>\n<p>To " + Html.escaped(mail.address())
                + ", " + printed.at() + "</p>\n<pre>"
                + mail.text().lines().map(MailPage::line).collect(Collectors.joining("\n"))
                + "</pre>\n<details>\n<summary>HTML</summary>\n<iframe sandbox title=\"HTML\" srcdoc=\""
                + Html.escaped(mail.html()) + "\"></iframe>\n</details>\n</article>\n";
    }

    /** What is an address, to click on. */
    private static String line(String line) {
        String text = Html.escaped(line);
        return line.startsWith("http://") || line.startsWith("https://")
                ? "<a href=\"" + text + "\" target=\"_blank\" rel=\"noreferrer noopener\">" + text + "</a>"
                : text;
    }
}
