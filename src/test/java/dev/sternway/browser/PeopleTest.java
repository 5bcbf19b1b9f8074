package dev.sternway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody must approve: what the page says of who is asked, the glass, and two people at once over REST and Tasklist. */
class PeopleTest extends BrowserTest {
    private static final String APPROVE = "userTask_approveRollback";

    @BeforeEach
    void anIncidentThatWaitsForAnApproval() {
        incident = staged.untilAnApprovalIsAsked();
    }

    private APIResponse post(Page page, String person, String path, Object body) {
        String both = Base64.getEncoder().encodeToString((person + ":Night-Shift-7").getBytes(StandardCharsets.UTF_8));
        return page.request()
                .post(
                        at(path),
                        RequestOptions.create()
                                .setHeader("Authorization", "Basic " + both)
                                .setData(body));
    }

    private static void look(Page page, String name) {
        String directory = System.getProperty("sternway.screenshots");
        if (directory != null) {
            page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(directory, name + ".png")));
        }
    }

    @Test
    @Tag("S4-35")
    void thePageSaysWhoIsAskedAndWhoWasAskedFurther() {
        staged.passOn(APPROVE, Duration.ofMinutes(16));
        Page page = signedIn("olga", "/incidents/" + incident);

        Locator people = page.locator("#people");
        assertThat(people).containsText("Asked now: “Approve the rollback”");
        assertThat(people).containsText("taken by nobody yet");
        assertThat(people).containsText("On call may decide it too");
        assertThat(people).containsText("told: Tech lead, Deployment lead");
        look(page, "escalated");
    }

    @Test
    void aGlassIsBrokenOnItsPageAndShownToEverybody() {
        Page page = signedIn("olga", "/incidents/" + incident);
        page.getByText("Break the glass").click();
        look(page, "break-glass");
        page.getByLabel("Why can nobody else decide?").fill("no tech lead <b>answers</b>");
        page.locator("main button[type=submit]").click();
        page.waitForURL("**/incidents/" + incident);

        assertThat(page.locator("#state .notice.bad")).containsText("Glass broken: olga may decide");
        assertThat(page.locator("#state .notice.bad")).containsText("no tech lead <b>answers</b>. Not reviewed yet.");
        assertThat(page.locator("#people")).containsText("Review the broken glass");
        look(page, "glass-broken");

        page.navigate(at("/camunda/app/tasklist/default/"));
        page.getByText("Approve the rollback").first().click();
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Approve this plan").check();
        page.locator("button:has-text('Complete')").click();
        assertThat(page.locator(".tasks-list li.task")).hasCount(0);
        assertThat(staged.waitsAt(APPROVE)).isFalse();
    }

    @Test
    void noGlassIsBrokenByWhoMayDecideAnyway() {
        Page page = signedIn("theo", "/incidents/" + incident + "/break-glass");
        page.getByLabel("Why can nobody else decide?").fill("why not");
        page.locator("main button[type=submit]").click();

        assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
                .containsText("BREAK_GLASS_REFUSED: 'theo' may decide 'Approve the rollback' already");
        assertThat(page.getByLabel("Why can nobody else decide?")).hasValue("why not");
    }

    @Test
    void theSecondPersonReadsInTasklistAndOverRestWhoWasFirst() {
        String task = staged.task(APPROVE);
        Page page = signedIn("theo", "/camunda/app/tasklist/default/");
        page.getByText("Approve the rollback").first().click();
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Approve this plan").check();

        Map<String, Object> approve = Map.of("variables", Map.of("decision", Map.of("value", "APPROVE")));
        APIResponse first = post(page, "theo", "/engine-rest/task/" + task + "/complete", approve);
        assertThat(first.status()).as(first.text()).isEqualTo(204);
        page.locator("button:has-text('Complete')").click();

        assertThat(page.locator(".alert:visible", new Page.LocatorOptions().setHasText("approved already by 'theo' at"))
                        .first())
                .isVisible();
        look(page, "second-in-tasklist");
        for (String way : new String[] {"/complete", "/submit-form"}) {
            APIResponse second = post(page, "theo", "/engine-rest/task/" + task + way, approve);
            assertThat(second.status()).isEqualTo(500);
            assertThat(second.text()).contains("APPROVED_ALREADY: approved already by 'theo' at ");
        }
    }

    @Test
    void tasklistHasItsLists() {
        Page page = signedIn("theo", "/camunda/app/tasklist/default/");
        for (String list : new String[] {"Waiting for you", "Mine", "Waiting for approval", "Overdue"}) {
            assertThat(page.locator(".task-filters, .filters")
                            // Followed by how many tasks are in it, once they are counted.
                            .getByText(Pattern.compile("^\\s*" + list + "\\s*\\d*\\s*$"))
                            .first())
                    .isVisible();
        }
        look(page, "tasklist");
    }

    @Test
    void theApiAndTheCommandLineTellTheSame() {
        staged.passOn(APPROVE, Duration.ofMinutes(6));
        Page page = signedIn("theo", "/incidents/" + incident);
        APIResponse broken =
                post(page, "olga", "/api/incidents/" + incident + "/break-glass", Map.of("reason", "alone"));
        assertThat(broken.status()).as(broken.text()).isEqualTo(201);

        APIResponse asTheo = page.request()
                .get(
                        at("/api/incidents/" + incident),
                        RequestOptions.create()
                                .setHeader(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString("theo:Night-Shift-7"
                                                                .getBytes(StandardCharsets.UTF_8))));
        assertThat(asTheo.text())
                .contains("\"added\":\"on-call\"", "\"user\":\"olga\"", "\"reason\":\"alone\"", "\"dueAt\":");
        assertThat(post(page, "theo", "/api/incidents/" + incident + "/break-glass", Map.of("reason", ""))
                        .status())
                .isEqualTo(409);
    }
}
