package dev.latchkey.pages;

import com.google.common.html.HtmlEscapers;
import dev.latchkey.server.pages.Document;
import dev.latchkey.server.pages.PageFiles;
import java.nio.charset.StandardCharsets;

/** The pages of one application, as they are sent. */
record Pages(PageFiles files, Document verify, Document reset) {

    /** Reads them; null for {@code appUrl} leaves out the link to the application. */
    static Pages of(String appName, String appUrl) {
        PageFiles files =
                new PageFiles("pages", "", "pages/page.js", "pages/texts.js", "pages/page.css", "docs/icon.svg");
        return new Pages(
                files, files.page(html("verify", appName, appUrl)), files.page(html("reset", appName, appUrl)));
    }

    private static String html(String page, String appName, String appUrl) {
        return new String(Document.read("pages/" + page + ".html"), StandardCharsets.UTF_8)
                .replace("${appUrl}", HtmlEscapers.htmlEscaper().escape(appUrl == null ? "" : appUrl))
                .replace("${appName}", HtmlEscapers.htmlEscaper().escape(appName));
    }
}
