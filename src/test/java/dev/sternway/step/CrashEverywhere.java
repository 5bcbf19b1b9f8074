package dev.sternway.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Kills a piece of work after each of its effects and runs it again: it must end as if nothing had been. */
public final class CrashEverywhere {
    private CrashEverywhere() {}

    /**
     * @param newWorld a world at its beginning
     * @param work done from the beginning, again after each kill
     * @param asWanted asserts the end
     */
    public static void of(
            Supplier<ShopWorld> newWorld, Consumer<ShopWorld> work, BiConsumer<ShopWorld, String> asWanted) {
        ShopWorld undisturbed = newWorld.get();
        work.accept(undisturbed);
        asWanted.accept(undisturbed, "undisturbed");
        List<String> effects = undisturbed.host.effects;
        assertThat(effects).isNotEmpty();
        for (int first = 1; first <= effects.size(); first++) {
            for (int second = 0; first + second <= effects.size(); second++) {
                ShopWorld world = newWorld.get();
                String when = "killed after effect " + first + " and " + second + " later";
                kill(world, first, work);
                if (second > 0) {
                    kill(world, second, work);
                }
                work.accept(world);
                asWanted.accept(world, when);
                assertThat(world.host.effects).as(when).isEqualTo(effects);
            }
        }
    }

    private static void kill(ShopWorld world, int after, Consumer<ShopWorld> work) {
        world.host.crashAfter(after);
        try {
            work.accept(world);
            throw new AssertionError("was not killed");
        } catch (FakeContainerHost.Crash e) {
            world.host.revive();
        }
    }
}
