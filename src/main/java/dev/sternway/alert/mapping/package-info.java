/** From what a product calls things to what the decision knows, as the configuration says. */
package dev.sternway.alert.mapping;
