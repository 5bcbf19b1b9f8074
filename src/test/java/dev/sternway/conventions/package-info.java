/** The rules of the house, checked over models, code and papers. */
package dev.sternway.conventions;
