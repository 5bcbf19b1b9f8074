/** The endpoints that monitoring systems call. */
package dev.sternway.alert.web;
