package dev.sternway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever may send alerts runs no code in the browser of whoever reads them: all their text is shown as text. */
class HostileTextTest extends BrowserTest {
    private static final String CODE = "window.stolen=(window.stolen||0)+1";
    private static final List<String> TEXTS = List.of(
            "<script>" + CODE + "</script>",
            "</script><script>" + CODE + "</script>",
            "</title><script>" + CODE + "</script>",
            "</textarea><script>" + CODE + "</script>",
            "</style><script>" + CODE + "</script>",
            "--><script>" + CODE + "</script>",
            "]]><script>" + CODE + "</script>",
            "<img src=x onerror=" + CODE + ">",
            "\"><img src=x onerror=" + CODE + ">",
            "'><img src=x onerror=" + CODE + ">",
            "<svg onload=" + CODE + ">",
            "<svg><script>" + CODE + "</script></svg>",
            "<svg><animate onbegin=" + CODE + " attributeName=x dur=1s>",
            "<body onload=" + CODE + ">",
            "<iframe srcdoc=\"<script>parent." + CODE + "</script>\"></iframe>",
            "<iframe src=\"javascript:parent." + CODE + "\"></iframe>",
            "<details open ontoggle=" + CODE + ">",
            "<input autofocus onfocus=" + CODE + ">",
            "<video><source onerror=" + CODE + "></video>",
            "<audio src=x onerror=" + CODE + ">",
            "<object data=\"javascript:" + CODE + "\"></object>",
            "<a href=\"javascript:" + CODE + "\">read me</a>",
            "<math><mtext><img src=x onerror=" + CODE + "></mtext></math>",
            "<template><script>" + CODE + "</script></template>",
            "<meta http-equiv=refresh content=\"0;url=javascript:" + CODE + "\">",
            "<base href=\"https://example.invalid/\">",
            "<link rel=stylesheet href=\"data:text/css,body{display:none}\">",
            "<form action=\"javascript:" + CODE + "\"><button>go</button></form>",
            "<marquee onstart=" + CODE + ">",
            "\" onmouseover=\"" + CODE + "\" x=\"",
            "' autofocus onfocus='" + CODE + "' x='",
            "javascript:" + CODE,
            "{{constructor.constructor('" + CODE + "')()}}",
            "{{$on.constructor('" + CODE + "')()}}",
            "${" + CODE + "}",
            "#{" + CODE + "}",
            "[[${T(java.lang.Runtime).getRuntime()}]]",
            "[(${T(java.lang.Runtime).getRuntime()})]",
            "\u202e<script>" + CODE + "</script>",
            "&lt;script&gt;" + CODE + "&lt;/script&gt;");

    @Test
    void textOfAlertsIsShownAsTextEverywhere() {
        assertThat(TEXTS).hasSize(40).doesNotHaveDuplicates();
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            labels.put("text" + i, TEXTS.get(i));
        }
        for (int i = 0; i < TEXTS.size(); i += 13) {
            String hostile = staged.untilSomebodyChooses(TEXTS.get(i), labels);
            Page page = signedIn("carla", "/incidents/" + hostile);
            assertThat(page.locator("body")).containsText(TEXTS.get(i).replace("\u202e", ""));
            nothingRan(page);
            for (String path : List.of("", "/alerts", "/live", "/report")) {
                page.navigate(at("/incidents/" + hostile + path));
                nothingRan(page);
            }
            page.navigate(at("/"));
            nothingRan(page);
            page.navigate(at("/camunda/app/tasklist/default/"));
            page.getByText("Choose what is done").first().click();
            assertThat(page.locator("button:has-text('Complete')")).isVisible();
            nothingRan(page);
            page.context().close();
        }
    }

    private static void nothingRan(Page page) {
        page.waitForLoadState();
        assertThat(page.evaluate("window.stolen")).as(page.url()).isNull();
        assertThat(page.locator("img[src=x], svg[onload], base[href*=example]")).hasCount(0);
    }
}
