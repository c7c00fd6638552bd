"""What is measured: quality of pictures, detection, location; plain NumPy."""
