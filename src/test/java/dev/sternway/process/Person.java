package dev.sternway.process;

import java.util.List;

/** Somebody who is signed in. */
record Person(String id, List<String> groups) {
    static final Person CARLA = new Person("carla", List.of("incident-commander"));
    static final Person CHRIS = new Person("chris", List.of("incident-commander"));
    static final Person THEO = new Person("theo", List.of("tech-lead"));
    static final Person TINA = new Person("tina", List.of("tech-lead"));
    static final Person CLEO = new Person("cleo", List.of("cto"));
    static final Person OLLI = new Person("olli", List.of("on-call"));
    static final Person OLGA = new Person("olga", List.of("operator"));
    static final Person DORA = new Person("dora", List.of("deployment-lead"));
    static final Person VERA = new Person("vera", List.of("viewer"));

    /** May type the phrase and may be the second person: never both of one plan. */
    static final Person BOTH = new Person("bo", List.of("incident-commander", "tech-lead"));
}
