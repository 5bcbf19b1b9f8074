package dev.sternway.web.security;

import static org.springframework.security.config.http.SessionCreationPolicy.STATELESS;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.rest.security.auth.impl.ContainerBasedAuthenticationProvider;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The doors: webhooks check a token of their own, programs sign in with every request, people once in a session.
 *
 * <p>The matchers look at the whole path whatever servlet answers: the engine's REST API is one of its own.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String PAGES_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'"
            + " data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final Pattern STARTING = Pattern.compile("/process-definition/.+/start/?$");

    private static final Pattern LEAVING = Pattern.compile("/task/[^/]+/bpmn(?:Error|Escalation)/?$");

    /** Requests are observed as a whole; each filter by itself would cost more than most alerts do. */
    @Bean
    SecurityObservationSettings noObservationOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    /** Webhooks of monitoring systems: {@code alert/web} checks their token. */
    @Bean
    @Order(1)
    SecurityFilterChain webhookDoor(HttpSecurity http) throws Exception {
        return stateless(http.securityMatcher(path("/alerts/**")))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    /** Programs: every request carries user and password. */
    @Bean
    @Order(2)
    SecurityFilterChain programDoor(HttpSecurity http, EngineUsers users, IdentityService identities) throws Exception {
        return stateless(http.securityMatcher(either(path("/api/**"), path("/engine-rest/**"), path("/engine-rest"))))
                .authenticationProvider(users)
                .httpBasic(Customizer.withDefaults())
                .authorizeHttpRequests(requests -> requests
                        // A browser that remembers a password must not be led here by another site.
                        .requestMatchers(SecurityConfiguration::fromAnotherSite)
                        .denyAll()
                        .requestMatchers(SecurityConfiguration::leavesATask, SecurityConfiguration::startsWithoutForm)
                        .denyAll()
                        .anyRequest()
                        .hasAnyAuthority(Role.ids()))
                .addFilterAfter(new EngineIdentityFilter(identities), AuthorizationFilter.class)
                .build();
    }

    /** Health for everybody without details; figures for programs that sign in or run on this machine. */
    @Bean
    @Order(3)
    SecurityFilterChain actuatorDoor(HttpSecurity http, EngineUsers users) throws Exception {
        return stateless(http.securityMatcher(path("/actuator/**")))
                .authenticationProvider(users)
                .httpBasic(Customizer.withDefaults())
                .authorizeHttpRequests(requests -> requests.requestMatchers(
                                path("/actuator/health"), path("/actuator/health/**"))
                        .permitAll()
                        .requestMatchers(
                                path("/actuator/prometheus"), path("/actuator/metrics"), path("/actuator/metrics/**"))
                        .access(signedInOrLocal())
                        .anyRequest()
                        .denyAll())
                .build();
    }

    /** People: one sign-in for pages and webapps, whose own forms for signing in and first set-up are closed. */
    @Bean
    @Order(4)
    SecurityFilterChain peopleDoor(HttpSecurity http, EngineUsers users) throws Exception {
        RequestMatcher webapps = path("/camunda/**");
        RequestMatcher webappCalls = path("/camunda/api/**");
        RequestMatcher webappSignOut = post("/camunda/api/admin/auth/user/{engine}/logout");
        return http.authenticationProvider(users)
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(
                                path("/camunda/api/admin/setup/**"),
                                path("/camunda/app/{app}/{engine}/setup/**"),
                                path("/camunda/api/admin/auth/user/{engine}/login/**"))
                        .denyAll()
                        .requestMatchers(SecurityConfiguration::leavesATask, SecurityConfiguration::startsWithoutForm)
                        .denyAll()
                        .requestMatchers(path("/sign-in"), path("/pages/**"))
                        .permitAll()
                        .anyRequest()
                        .hasAnyAuthority(Role.ids()))
                // The webapps have a guard of their own with the same cookie name.
                .csrf(csrf -> csrf.ignoringRequestMatchers(webapps))
                .formLogin(form -> form.loginPage("/sign-in").defaultSuccessUrl("/"))
                .logout(logout -> logout.logoutRequestMatcher(either(post("/sign-out"), webappSignOut))
                        .defaultLogoutSuccessHandlerFor(
                                new HttpStatusReturningLogoutSuccessHandler(HttpStatus.NO_CONTENT), webappSignOut)
                        .logoutSuccessUrl("/sign-in?out"))
                .exceptionHandling(refused -> refused.defaultAuthenticationEntryPointFor(
                                new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED),
                                either(webappCalls, path("/incidents/{id}/live")))
                        .defaultAuthenticationEntryPointFor(
                                new LoginUrlAuthenticationEntryPoint("/sign-in"), any -> true))
                .headers(headers -> headers.frameOptions(frames -> frames.sameOrigin())
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                new NegatedRequestMatcher(webapps),
                                new ContentSecurityPolicyHeaderWriter(PAGES_POLICY)))
                        .referrerPolicy(Customizer.withDefaults()))
                .build();
    }

    /** Hands the signed-in person to the webapps; after Spring Security's filters, before the webapps' own. */
    @Bean
    FilterRegistrationBean<ContainerBasedAuthenticationFilter> webappSignIn() {
        FilterRegistrationBean<ContainerBasedAuthenticationFilter> filter =
                new FilterRegistrationBean<>(new ContainerBasedAuthenticationFilter());
        filter.setInitParameters(
                Map.of("authentication-provider", ContainerBasedAuthenticationProvider.class.getName()));
        filter.addUrlPatterns("/camunda/app/*", "/camunda/api/*");
        filter.setOrder(100);
        return filter;
    }

    private static HttpSecurity stateless(HttpSecurity http) throws Exception {
        return http.csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(STATELESS))
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable);
    }

    private static boolean fromAnotherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return "cross-site".equals(site) || "same-site".equals(site);
    }

    /** A process that people start begins with its form; a plain start may begin in the middle and skip listeners. */
    private static boolean startsWithoutForm(HttpServletRequest request) {
        return STARTING.matcher(request.getRequestURI()).find();
    }

    /** By an error or an escalation a candidate would leave a task without its form, and nobody would be named. */
    private static boolean leavesATask(HttpServletRequest request) {
        return LEAVING.matcher(request.getRequestURI()).find();
    }

    private static AuthorizationManager<RequestAuthorizationContext> signedInOrLocal() {
        AuthorizationManager<RequestAuthorizationContext> signedIn =
                AuthorityAuthorizationManager.hasAnyAuthority(Role.ids());
        return (who, context) -> isLocal(context.getRequest())
                ? new AuthorizationDecision(true)
                : (AuthorizationDecision) signedIn.authorize(who, context);
    }

    /** A proxy on this machine speaks for others and says so. */
    private static boolean isLocal(HttpServletRequest request) {
        try {
            return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()
                    && request.getHeader("X-Forwarded-For") == null
                    && request.getHeader("Forwarded") == null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static RequestMatcher either(RequestMatcher... matchers) {
        return new OrRequestMatcher(matchers);
    }

    private static RequestMatcher path(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(pattern);
    }

    private static RequestMatcher post(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, pattern);
    }
}
