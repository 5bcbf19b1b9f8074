/** The way in: formats and signatures become alerts, the inbox keeps each once, incidents are what they are about. */
package dev.sternway.alert;
