/** What people see and do, in a real browser. */
package dev.sternway.browser;
