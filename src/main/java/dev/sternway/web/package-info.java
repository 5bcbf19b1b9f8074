/** Pages for people and a REST API for programs; both only read. */
package dev.sternway.web;
