package dev.sternway.conventions.planted;

import dev.sternway.adapter.http.HttpCalls;
import java.io.IOException;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.beans.factory.annotation.Autowired;

/** Breaks every rule of the architecture at once; nobody uses it. */
class EverythingWrong {
    @Autowired
    RuntimeService engine;

    HttpCalls technology;

    void act() throws IOException, InterruptedException {
        new ProcessBuilder("true").start();
        Thread.sleep(1);
    }
}
