/** One class for each monitoring product: what its messages mean, read strictly. */
package dev.sternway.alert.format;
