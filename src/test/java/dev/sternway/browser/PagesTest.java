package dev.sternway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The doors, Cockpit and the incident page as a browser shows them. */
class PagesTest extends BrowserTest {

    @Test
    void leadsStrangersToTheSignIn() {
        for (String path : List.of(
                "/",
                "/incidents/" + incident,
                "/camunda/app/tasklist/default/",
                "/camunda/app/cockpit/default/",
                "/camunda/app/admin/default/")) {
            Page page = stranger();
            page.navigate(at(path));
            assertThat(page.locator("input[name=password]")).isVisible();
            assertThat(page.url()).as(path).contains("/sign-in");
            assertThat(page.content()).doesNotContain(incident);
        }
    }

    @Test
    void offersNobodyTheSetUpOfAFirstAdministrator() {
        Page page = stranger();
        page.navigate(at("/camunda/app/admin/default/#/setup"));
        assertThat(page.locator("input[name=password]")).isVisible();
        assertThat(page.url()).contains("/sign-in");

        Page commander = signedIn("carla", "/camunda/app/admin/default/#/setup");
        assertThat(commander.getByText("Setup Administrator")).hasCount(0);
    }

    @Test
    void showsInCockpitWhereTheIncidentStands() {
        Page page = signedIn("olga", "/incidents/" + incident);
        page.navigate(
                at("/camunda/app/cockpit/default/#/process-instance/" + staged.instance("level-3-restore-system")));
        assertThat(page.locator("[data-element-id=userTask_confirmDataLoss] .djs-visual"))
                .isVisible();
        assertThat(page.locator("[data-container-id=userTask_confirmDataLoss] .badge, .djs-overlays .badge")
                        .first())
                .containsText("1");
    }

    @Test
    void showsTheIncidentAsItGoesOnWithoutAReload() {
        Page page = signedIn("carla", "/incidents/" + incident);
        assertThat(page.locator("#state")).containsText("Waiting for people");
        assertThat(page.locator("#state .waits")).hasText("waits for Confirm the data loss");
        assertThat(page.locator("#people")).containsText("Nobody has approved anything so far");
        page.evaluate("window.sameWindow = true");

        staged.confirm();
        assertThat(page.locator("#state .waits")).hasText("waits for Approve the data loss");
        staged.approveAndRestore();

        assertThat(page.locator("#state")).not().containsText("Waiting for people");
        assertThat(page.locator("#people")).containsText("theo");
        assertThat(page.locator("#verdict")).containsText("Success: all five parts passed");
        assertThat(page.locator("#kept")).containsText("shop_failed_");
        assertThat(page.evaluate("window.sameWindow")).isEqualTo(true);
    }

    @Test
    void fitsAPhoneWithoutScrollingSideways() {
        Page page = signedIn("carla", "/incidents/" + incident);
        for (Map.Entry<Integer, Integer> size : Map.of(390, 844, 1280, 900).entrySet()) {
            page.setViewportSize(size.getKey(), size.getValue());
            assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(size.getKey());
        }
    }
}
