/** Who may come in and who may do what: sign-in, groups and their rights, closed from the start. */
package dev.sternway.web.security;
