/** The engine: models, names, delegates, listeners; the only package that knows Camunda. */
package dev.sternway.process;
