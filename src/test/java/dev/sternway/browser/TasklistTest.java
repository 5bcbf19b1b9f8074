package dev.sternway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A commander meets {@code confirm-data-loss} in Tasklist. */
class TasklistTest extends BrowserTest {
    private static final String CONFIRM = "userTask_confirmDataLoss";
    private static final String APPROVE = "userTask_approveDataLoss";

    @Test
    void keepsTheTaskOnAWrongPhraseAndTakesTheRightOne() {
        Page page = signedIn("carla", "/camunda/app/tasklist/default/");
        page.getByText("Confirm the data loss").first().click();
        assertThat(page.getByLabel("What would be lost"))
                .hasValue(Pattern.compile("rows? only in the live database.*public\\.orders", Pattern.DOTALL));
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("I accept this loss").check();
        Locator phrase = page.getByLabel("To accept, type CONFIRM DATA LOSS");
        Locator complete = page.locator("button:has-text('Complete')");

        phrase.fill("confirm data loss");
        complete.click();
        assertThat(page.locator(".alert:visible", new Page.LocatorOptions().setHasText("the phrase is not"))
                        .first())
                .isVisible();
        assertThat(phrase).isVisible();
        assertThat(staged.waitsAt(CONFIRM)).isTrue();
        dismissTheMessage(page);

        phrase.fill("CONFIRM DATA LOSS");
        complete.click();
        assertThat(page.locator(".tasks-list li.task")).hasCount(0);
        assertThat(staged.waitsAt(CONFIRM)).isFalse();
        assertThat(staged.waitsAt(APPROVE)).isTrue();
        assertThat(staged.touched()).noneMatch(each -> each.startsWith("swap"));
    }

    @Test
    void leadsFromTheFormToTheRowsThatWouldBeLost() {
        Page page = signedIn("carla", "/camunda/app/tasklist/default/");
        page.getByText("Confirm the data loss").first().click();

        Locator link = page.getByText("download the rows that would be lost");
        assertThat(link).hasAttribute("href", "/incidents/" + incident + "#loss");
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(java.nio.file.Path.of("target/confirm-data-loss.png")));
    }

    @Test
    void offersRowsThatTheRestoreLeftBehind() {
        staged.confirm();
        staged.approveAndOfferLostRows();
        Page page = signedIn("theo", "/camunda/app/tasklist/default/");
        page.getByText("Choose rows to bring back").first().click();
        assertThat(page.getByLabel("What the failed database has and the live one has not"))
                .hasValue(Pattern.compile(
                        "orders/public\\.orders: 2 rows missing, 1 with other values.*not offered: it has no primary key",
                        Pattern.DOTALL));
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("Bring rows back").check();
        page.getByLabel("Tables, one in a line").fill("orders/public.orders");
        page.getByLabel("Only rows that are missing").check();
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(java.nio.file.Path.of("target/choose-salvage.png")));
        page.locator("button:has-text('Complete')").click();
        assertThat(page.getByText("Approve the salvage").first()).isVisible();
        org.assertj.core.api.Assertions.assertThat(staged.waitsAt("userTask_approveSalvage"))
                .isTrue();
    }

    @Test
    void asksTheSecondPersonWithoutTheFirstOnesAnswer() {
        staged.confirm();
        Page page = signedIn("theo", "/camunda/app/tasklist/default/");
        page.getByText("Approve the data loss").first().click();
        assertThat(page.getByLabel("The phrase was typed by")).hasValue("carla");
        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();

        assertThat(page.getByLabel("I approve this loss")).not().isChecked();
        assertThat(page.getByLabel("Do not restore")).not().isChecked();
        page.locator("button:has-text('Complete')").click();
        assertThat(page.getByText("Field is required.")).isVisible();
        assertThat(staged.waitsAt(APPROVE)).isTrue();
        dismissTheMessage(page);

        page.getByLabel("I approve this loss").check();
        page.locator("button:has-text('Complete')").click();
        assertThat(page.locator(".tasks-list li.task")).hasCount(0);
        assertThat(staged.waitsAt(APPROVE)).isFalse();
    }

    /** Tasklist lays it over the end of a long form until somebody has read it. */
    private static void dismissTheMessage(Page page) {
        page.locator(".alert button.close:visible").first().click();
        assertThat(page.locator(".alert button.close:visible")).hasCount(0);
    }
}
