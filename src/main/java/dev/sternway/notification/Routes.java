package dev.sternway.notification;

import static dev.sternway.notification.Audience.ASKED;
import static dev.sternway.notification.Audience.CUSTOMERS;
import static dev.sternway.notification.Audience.DEPLOYMENT_LEAD;
import static dev.sternway.notification.Audience.ENGINEERING;
import static dev.sternway.notification.Audience.MANAGEMENT;
import static dev.sternway.notification.Audience.OWNERS;
import static dev.sternway.notification.Audience.PROGRAMS;
import static dev.sternway.notification.Audience.PUBLIC;
import static dev.sternway.notification.Audience.SUPPORT;
import static dev.sternway.notification.Audience.SYSTEM;
import static dev.sternway.notification.Audience.TECH_LEAD;
import static dev.sternway.notification.Deadline.END;
import static dev.sternway.notification.Deadline.ESCALATION;
import static dev.sternway.notification.Deadline.IMMEDIATE;
import static dev.sternway.notification.Deadline.REPORT;
import static dev.sternway.notification.Deadline.TEAM;
import static dev.sternway.notification.Route.mail;
import static dev.sternway.notification.Route.tell;

import dev.sternway.port.Letter.Act;
import dev.sternway.port.MessageChannel.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who is told of an occasion, over which channels, by when: the communication plan of S2-24 to S2-26, S4-06, S4-24. */
final class Routes {
    private Routes() {}

    static List<Route> of(Occasion occasion, Map<String, String> facts) {
        return switch (occasion) {
            case INCIDENT_OPENED -> chat(IMMEDIATE);
            // Whoever is outside hears of it when something begins, not while an approval is awaited.
            case LEVEL_STARTED ->
                with(
                        chat(TEAM),
                        page(IMMEDIATE, Act.IDENTIFIED).ifUntold(),
                        mail(CUSTOMERS, REPORT).ifUntold());
            case DECISION_MADE -> decision(facts.getOrDefault("action", ""));
            case PERSON_NEEDED, DATA_LOSS_TO_CONFIRM, TASK_ESCALATED, TASK_OVERDUE ->
                "true".equals(facts.get("calm"))
                        ? with(chat(TEAM), mail(ASKED, TEAM))
                        : with(chat(Deadline.ON_CALL), call(ASKED), mail(ASKED, Deadline.ON_CALL));
            case PERSON_DONE, BUDGET_WARNING -> chat(TEAM);
            case BUDGET_SPENT ->
                with(
                        chat(Deadline.ON_CALL),
                        mail(Audience.ON_CALL, Deadline.ON_CALL),
                        mail(TECH_LEAD, Deadline.ON_CALL));
            case STEP_FAILED ->
                with(chat(Deadline.ON_CALL), call(Audience.ON_CALL), mail(Audience.ON_CALL, Deadline.ON_CALL));
            case MAINTENANCE_ON ->
                List.of(tell(Kind.MAINTENANCE, SYSTEM, IMMEDIATE).by(Act.ON));
            case MAINTENANCE_OFF ->
                List.of(tell(Kind.MAINTENANCE, SYSTEM, IMMEDIATE).by(Act.OFF).ifToldBefore());
            case RECOVERED -> with(chat(END), page(END, Act.MONITORING).ifToldBefore(), mail(ENGINEERING, END));
            case REPORT_WRITTEN -> List.of(mail(OWNERS, REPORT), mail(MANAGEMENT, REPORT));
            case CLOSED -> closed();
            case RELAPSED -> with(rollback(), page(IMMEDIATE, Act.IDENTIFIED), mail(CUSTOMERS, REPORT));
            case HANDED_OVER ->
                with(
                        chat(Deadline.ON_CALL),
                        call(Audience.ON_CALL),
                        mail(Audience.ON_CALL, Deadline.ON_CALL),
                        mail(DEPLOYMENT_LEAD, Deadline.ON_CALL),
                        mail(TECH_LEAD, Deadline.ON_CALL),
                        page(Deadline.ON_CALL, Act.IDENTIFIED).ifToldBefore(),
                        mail(SUPPORT, TEAM));
            case FIXED_FORWARD, SWAPPED_BACK ->
                with(chat(TEAM), mail(ENGINEERING, TEAM), mail(DEPLOYMENT_LEAD, TEAM), mail(SUPPORT, TEAM));
            case RESOLVED_BY_ITSELF -> with(chat(END), page(END, Act.RESOLVED).ifToldBefore(), mail(ENGINEERING, END));
            case ENDED_BY_HAND ->
                with(chat(TEAM), mail(Audience.ON_CALL, Deadline.ON_CALL), mail(DEPLOYMENT_LEAD, Deadline.ON_CALL));
            case BREAK_GLASS ->
                with(chat(IMMEDIATE), mail(TECH_LEAD, Deadline.ON_CALL), mail(MANAGEMENT, Deadline.ON_CALL));
            case UNDELIVERED -> next(Integer.parseInt(facts.getOrDefault("tier", "0")));
        };
    }

    private static List<Route> decision(String action) {
        return switch (action) {
            case "ROLL_BACK" -> rollback();
            case "EVALUATE" -> with(chat(Deadline.ON_CALL), mail(DEPLOYMENT_LEAD, Deadline.ON_CALL));
            default -> chat(TEAM);
        };
    }

    /**
     * The actions of S4-06 but for the maintenance mode and the status page, which have occasions of their own; S2-24 and
     * S2-25.
     */
    private static List<Route> rollback() {
        return with(
                chat(IMMEDIATE),
                mail(ENGINEERING, IMMEDIATE),
                tell(Kind.PAGERDUTY, Audience.ON_CALL, IMMEDIATE).by(Act.TRIGGER),
                mail(Audience.ON_CALL, Deadline.ON_CALL),
                mail(DEPLOYMENT_LEAD, Deadline.ON_CALL),
                mail(MANAGEMENT, TEAM),
                mail(SUPPORT, TEAM));
    }

    /** In the order of S4-24; calls are resolved beside it. */
    private static List<Route> closed() {
        return with(
                List.of(page(END, Act.RESOLVED).ifToldBefore(), mail(ENGINEERING, END)),
                with(
                                chat(END),
                                mail(CUSTOMERS, END).ifToldBefore(),
                                mail(SUPPORT, END),
                                mail(DEPLOYMENT_LEAD, END),
                                mail(MANAGEMENT, END))
                        .toArray(Route[]::new));
    }

    /** The next level of the contact tree: their mail, and the places where they may look; a call is tried on already. */
    private static List<Route> next(int tier) {
        List<Audience> level = Audience.TREE.get(tier);
        List<Route> routes = new ArrayList<>();
        level.forEach(audience -> routes.add(mail(audience, ESCALATION)));
        routes.add(tell(Kind.SLACK, level.get(0), ESCALATION));
        routes.add(tell(Kind.TEAMS, level.get(0), ESCALATION));
        routes.add(tell(Kind.WEBHOOK, level.get(0), ESCALATION));
        return routes;
    }

    private static List<Route> chat(Deadline deadline) {
        return List.of(
                tell(Kind.SLACK, ENGINEERING, deadline),
                tell(Kind.TEAMS, ENGINEERING, deadline),
                tell(Kind.WEBHOOK, PROGRAMS, deadline));
    }

    private static Route call(Audience audience) {
        return tell(Kind.PAGERDUTY, audience, Deadline.ON_CALL).by(Act.TRIGGER);
    }

    private static Route page(Deadline deadline, Act act) {
        return tell(Kind.STATUSPAGE, PUBLIC, deadline).by(act);
    }

    private static List<Route> with(List<Route> routes, Route... more) {
        List<Route> all = new ArrayList<>(routes);
        all.addAll(List.of(more));
        return all;
    }
}
