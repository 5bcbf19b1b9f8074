package dev.sternway;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application that {@code sternway serve} runs: engine, pages, REST API and workers in one. */
@SpringBootApplication
public class SternwayApplication {}
