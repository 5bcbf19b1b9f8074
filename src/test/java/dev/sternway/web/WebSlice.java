package dev.sternway.web;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** Database, ledger, engine with the real models, and everything in {@code web}: no steps, no adapters. */
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {
            "dev.sternway.alert",
            "dev.sternway.database",
            "dev.sternway.decision",
            "dev.sternway.evidence",
            "dev.sternway.notification",
            "dev.sternway.process",
            "dev.sternway.web"
        },
        useDefaultFilters = false,
        includeFilters = {
            @ComponentScan.Filter(
                    type = FilterType.REGEX,
                    pattern = {
                        "dev\\.sternway\\.alert\\.IncidentAlerts",
                        "dev\\.sternway\\.database\\.DatabaseConfiguration",
                        "dev\\.sternway\\.decision\\.Decisions",
                        "dev\\.sternway\\.evidence\\.Ledger",
                        "dev\\.sternway\\.notification\\.(NoticeLog|Contacts|Channels|SetUp|Templates)",
                        "dev\\.sternway\\.process\\.(OpenTasks|ModelDeployment|DecisionEngine|DeployedTables|DisabledRules|OwnAuthority|Replay|Tables|Weighing)",
                        "dev\\.sternway\\.web\\.security\\.(People|RoleRights|TaskFilters|ClosedEngine|EngineUsers|PlainPathsOnly|SecurityConfiguration|WebappSettings)",
                        "dev\\.sternway\\.web\\.(SignInPage|DecisionReader|DecisionsApi|Incident(Rows|Reader|Pages|sApi)|NotificationsView\\.Reader|NotificationsView\\$Reader|PeopleView\\.Reader|PeopleView\\$Reader|Problems)"
                    })
        })
class WebSlice {}
