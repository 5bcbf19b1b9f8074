package dev.sternway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A backup that is not proved: the incident's page says why nobody may approve it, and where the glass is. */
@Tag("S1-17")
class UnprovedBackupTest extends BrowserTest {

    @BeforeEach
    void anIncidentWhoseCopyIsNotWhole() {
        incident = staged.untilAnUnprovedBackupIsAsked();
    }

    private static void look(Page page, String name) {
        String directory = System.getProperty("sternway.screenshots");
        if (directory != null) {
            page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(directory, name + ".png")));
        }
    }

    @Test
    void thePageSaysWhyAndTheGlassOpensIt() {
        Page page = signedIn("theo", "/incidents/" + incident);
        assertThat(page.locator("#state")).containsText("The backup is not proved");
        assertThat(page.locator("#state")).containsText("index 'orders_pkey' is not valid");
        look(page, "unproved");

        page.getByText("break the glass").click();
        page.getByLabel("Why can nobody else decide?").fill("there is no other backup");
        page.locator("main button[type=submit]").click();
        page.waitForURL("**/incidents/" + incident);

        assertThat(page.locator("#state")).not().containsText("The backup is not proved");
        assertThat(page.locator("#state")).containsText("although it is not proved");
        look(page, "unproved-accepted");
    }

    @Test
    @Tag("S3-01")
    void thePageOfSystemsSaysWhatIsMissing() {
        Page page = signedIn("theo", "/systems");
        assertThat(page.locator("main")).containsText("Not rollback-ready.");
        assertThat(page.locator("main")).containsText("take the snapshot again");
        look(page, "systems");
    }
}
